// Command wire owns a handful of network namespaces and every socket in them: it sends packets given
// as bytes, answers UDP as a server would, and says what arrived where.
//
// It takes one JSON command a line on standard input and answers each with one line. The namespaces
// have no names, so they end with this process, and this process ends with its input: however the
// one who started it dies, nothing is left.
//
// One thread does everything. A packet that was sent has passed all rules, and lies in the queue of
// the socket that it reached, once its softirq is done; therefore "nothing more for a few
// milliseconds" is enough to know that it was dropped.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

type command struct {
	Namespaces []string          // makes these; answers with a path for each
	Sockets    []socket          // opens these
	Sysctls    map[string]string // in Namespace, by path below /proc/sys
	Namespace  string
	Reset      bool     // forget connections: half-open ones, and Namespace's conntrack entries
	Packets    []packet // sends these, one after the other
	QuietMs    int      // how long nothing may arrive before a packet has done all it does
}

type packet struct {
	Socket string
	Bytes  string // hex, from the IP header on
	To     string // for sockets of kind `send`
}

type arrival struct {
	Socket string `json:"socket"`
	From   string `json:"from,omitempty"` // where the bytes have no IP header
	To     string `json:"to,omitempty"`
	Bytes  string `json:"bytes"`
}

// sent is what came of one packet: the error of sending it, and everything that arrived then.
type sent struct {
	Error    string    `json:"error,omitempty"`
	Arrivals []arrival `json:"arrivals"`
}

type answer struct {
	Error string            `json:"error,omitempty"`
	Paths map[string]string `json:"paths,omitempty"`
	Sent  []sent            `json:"sent,omitempty"`
}

type wire struct {
	namespaces map[string]int
	sockets    map[string]*socket
	byFd       map[int]*socket
	epoll      int
}

func main() {
	runtime.LockOSThread()
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		panic(err)
	}
	w := &wire{map[string]int{}, map[string]*socket{}, map[int]*socket{}, epoll}
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(nil, 1<<24)
	output := json.NewEncoder(os.Stdout)
	for input.Scan() {
		var c command
		var a answer
		if err := json.Unmarshal(input.Bytes(), &c); err != nil {
			a.Error = err.Error()
		} else if err := w.run(c, &a); err != nil {
			a.Error = err.Error()
		}
		if output.Encode(a) != nil {
			return
		}
	}
}

func (w *wire) run(c command, a *answer) error {
	if err := w.makeNamespaces(c.Namespaces, a); err != nil {
		return err
	}
	if err := w.setSysctls(c.Namespace, c.Sysctls); err != nil {
		return err
	}
	for i := range c.Sockets {
		if err := w.open(&c.Sockets[i]); err != nil {
			return fmt.Errorf("socket %s: %w", c.Sockets[i].Name, err)
		}
	}
	if c.Reset {
		if err := w.reset(c.Namespace); err != nil {
			return err
		}
	}
	quiet := time.Duration(c.QuietMs) * time.Millisecond
	for _, p := range c.Packets {
		s := sent{Arrivals: []arrival{}}
		if err := w.send(p); err != nil {
			s.Error = err.Error()
			if errno, ok := err.(unix.Errno); ok {
				s.Error = unix.ErrnoName(errno)
			}
		}
		w.collect(quiet, &s)
		a.Sent = append(a.Sent, s)
	}
	return nil
}

func (w *wire) makeNamespaces(names []string, a *answer) error {
	for _, name := range names {
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			return fmt.Errorf("a network namespace: %w", err)
		}
		fd, err := unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err != nil {
			return err
		}
		w.namespaces[name] = fd
		if a.Paths == nil {
			a.Paths = map[string]string{}
		}
		a.Paths[name] = fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), fd)
	}
	return nil
}

func (w *wire) enter(namespace string) error {
	fd, ok := w.namespaces[namespace]
	if !ok {
		return fmt.Errorf("there is no namespace %q", namespace)
	}
	return unix.Setns(fd, unix.CLONE_NEWNET)
}

func (w *wire) setSysctls(namespace string, values map[string]string) error {
	if len(values) == 0 {
		return nil
	}
	if err := w.enter(namespace); err != nil {
		return err
	}
	for path, value := range values {
		if err := os.WriteFile("/proc/sys/"+path, []byte(value), 0); err != nil {
			return err
		}
	}
	return nil
}

func (w *wire) reset(namespace string) error {
	for _, s := range w.sockets {
		if s.Kind != "tcp" {
			continue
		}
		w.close(s)
		if err := w.open(s); err != nil {
			return fmt.Errorf("socket %s: %w", s.Name, err)
		}
	}
	w.collect(0, &sent{})
	if err := w.enter(namespace); err != nil {
		return err
	}
	return flushConntrack()
}

func (w *wire) send(p packet) error {
	s, ok := w.sockets[p.Socket]
	if !ok {
		return fmt.Errorf("there is no socket %q", p.Socket)
	}
	bytes, err := hex.DecodeString(p.Bytes)
	if err != nil {
		return err
	}
	if s.Kind == "link" {
		return unix.Sendto(s.fd, bytes, 0, s.peer(bytes[0]>>4))
	}
	to, err := netip.ParseAddr(p.To)
	if err != nil {
		return err
	}
	return unix.Sendto(s.fd, bytes, 0, sockaddr(to, 0))
}

// collect takes what arrives until nothing has for a while.
func (w *wire) collect(quiet time.Duration, s *sent) {
	events := make([]unix.EpollEvent, 16)
	for {
		n, err := unix.EpollWait(w.epoll, events, int(quiet.Milliseconds()))
		if err == unix.EINTR {
			continue
		}
		if n <= 0 {
			return
		}
		for _, event := range events[:n] {
			w.byFd[int(event.Fd)].receive(s)
		}
	}
}
