package main

import (
	"encoding/binary"
	"encoding/hex"
	"net"
	"net/netip"

	"golang.org/x/sys/unix"
)

// socket is one way in or out of a namespace. Kinds:
//
//	link  everything that arrives on Interface; sends to the machine at its other end
//	raw   what is delivered to the namespace itself, of one IP protocol
//	send  sends from the namespace itself, from Address
//	tcp   a server that the kernel answers for: no handshake is ever completed
//	udp   a server that answers every datagram, from the address that it was sent to
type socket struct {
	Name, Namespace, Kind string
	Protocol              int
	Interface, Peer       string // the peer's MAC
	Address               string
	Port                  int

	fd, index int
}

func (w *wire) open(s *socket) error {
	if err := w.enter(s.Namespace); err != nil {
		return err
	}
	if err := s.create(); err != nil {
		return err
	}
	w.sockets[s.Name], w.byFd[s.fd] = s, s
	if s.Kind == "tcp" || s.Kind == "send" {
		return nil
	}
	return unix.EpollCtl(w.epoll, unix.EPOLL_CTL_ADD, s.fd,
		&unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(s.fd)})
}

func (w *wire) close(s *socket) {
	delete(w.byFd, s.fd)
	unix.Close(s.fd)
}

func (s *socket) create() (err error) {
	const flags = unix.SOCK_CLOEXEC | unix.SOCK_NONBLOCK
	if s.Kind == "link" {
		return s.createLink(flags)
	}
	address, err := netip.ParseAddr(s.Address)
	if err != nil {
		return err
	}
	domain := unix.AF_INET
	if address.Is6() {
		domain = unix.AF_INET6
	}
	kind, protocol := unix.SOCK_RAW, s.Protocol
	switch s.Kind {
	case "tcp":
		kind, protocol = unix.SOCK_STREAM, 0
	case "udp":
		kind, protocol = unix.SOCK_DGRAM, 0
	case "send":
		protocol = unix.IPPROTO_RAW
	}
	if s.fd, err = unix.Socket(domain, kind|flags, protocol); err != nil {
		return err
	}
	unix.SetsockoptInt(s.fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1)
	if domain == unix.AF_INET6 {
		unix.SetsockoptInt(s.fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 1)
		unix.SetsockoptInt(s.fd, unix.IPPROTO_IPV6, unix.IPV6_RECVPKTINFO, 1)
	}
	if err = unix.Bind(s.fd, sockaddr(address, s.Port)); err != nil {
		return err
	}
	if s.Kind == "tcp" {
		return unix.Listen(s.fd, 4096)
	}
	return nil
}

func (s *socket) createLink(flags int) (err error) {
	device, err := net.InterfaceByName(s.Interface)
	if err != nil {
		return err
	}
	s.index = device.Index
	all := networkOrder(unix.ETH_P_ALL)
	if s.fd, err = unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|flags, int(all)); err != nil {
		return err
	}
	return unix.Bind(s.fd, &unix.SockaddrLinklayer{Protocol: all, Ifindex: s.index})
}

// peer is the link's other end, for a packet of an IP version.
func (s *socket) peer(version byte) unix.Sockaddr {
	to := &unix.SockaddrLinklayer{Ifindex: s.index, Halen: 6}
	to.Protocol = networkOrder(unix.ETH_P_IP)
	if version == 6 {
		to.Protocol = networkOrder(unix.ETH_P_IPV6)
	}
	mac, _ := net.ParseMAC(s.Peer)
	copy(to.Addr[:], mac)
	return to
}

// receive takes all that the socket has; a server answers it.
func (s *socket) receive(to *sent) {
	buffer, control := make([]byte, 4096), make([]byte, 256)
	for {
		n, oobn, _, from, err := unix.Recvmsg(s.fd, buffer, control, 0)
		if err != nil {
			return
		}
		if s.Kind == "udp" {
			// An answer that NAT brings here is not answered: two servers would never end.
			if n > 0 && buffer[0] == 'Q' {
				buffer[0] = 'A'
				unix.Sendto(s.fd, buffer[:n], 0, from)
			}
			continue
		}
		a := arrival{Socket: s.Name, Bytes: hex.EncodeToString(buffer[:n])}
		switch address := from.(type) {
		case *unix.SockaddrLinklayer:
			if address.Pkttype != unix.PACKET_HOST {
				continue
			}
		case *unix.SockaddrInet6:
			a.From = netip.AddrFrom16(address.Addr).String()
			a.To = destination(control[:oobn])
		}
		to.Arrivals = append(to.Arrivals, a)
	}
}

// destination reads IPV6_PKTINFO: raw sockets of IPv6 get no IP header.
func destination(control []byte) string {
	messages, _ := unix.ParseSocketControlMessage(control)
	for _, message := range messages {
		if message.Header.Type == unix.IPV6_PKTINFO {
			return netip.AddrFrom16([16]byte(message.Data[:16])).String()
		}
	}
	return ""
}

func networkOrder(number uint16) uint16 {
	return binary.NativeEndian.Uint16(binary.BigEndian.AppendUint16(nil, number))
}

func sockaddr(address netip.Addr, port int) unix.Sockaddr {
	if address.Is4() {
		return &unix.SockaddrInet4{Addr: address.As4(), Port: port}
	}
	return &unix.SockaddrInet6{Addr: address.As16(), Port: port}
}

// flushConntrack removes every conntrack entry of this namespace: IPCTNL_MSG_CT_DELETE with no
// attributes (net/netfilter/nf_conntrack_netlink.c).
func flushConntrack() error {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_NETFILTER)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	const ctnetlink, remove = 1, 2
	message := binary.NativeEndian.AppendUint32(nil, 20)
	message = binary.NativeEndian.AppendUint16(message, ctnetlink<<8|remove)
	message = binary.NativeEndian.AppendUint16(message, unix.NLM_F_REQUEST|unix.NLM_F_ACK)
	message = append(message, make([]byte, 12)...)
	if err := unix.Sendto(fd, message, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return err
	}
	_, _, err = unix.Recvfrom(fd, make([]byte, 512), 0)
	return err
}
