# fish completion for extip; in ~/.config/fish/completions/extip.fish, or: extip completion fish | source
function __extip_complete
    set -l current (commandline -ct)
    set -l words (commandline -opc) $current
    set -l answer (extip __complete $words[2..] 2>/dev/null)
    or return
    if test "$answer[-1]" = :0
        set -l flag (string match -r '^--[^=]*=' -- $current)
        for path in (__fish_complete_path (string replace -r '^--[^=]*=' '' -- $current))
            echo "$flag$path"
        end
    else
        string join \n -- $answer[1..-2]
    end
end
complete -c extip -f -a '(__extip_complete)'
