# Starts a server, and ends it and removes its directory when the standard input ends.
#
# Arguments: the directory, the server's pg_ctl, then the server's command. The process that holds the other end of the
# standard input may end in any way: the kernel closes it.
directory=$1 pg_ctl=$2
shift 2

{
    "$@" >"$directory/log" 2>&1 </dev/null
    : >"$directory/ended"
} &

# `read` fails at the end of the input; nothing is ever written to it.
while read -r _; do :; done

"$pg_ctl" stop -s -m immediate -D "$directory/data" >/dev/null 2>&1
wait
rm -rf "$directory" || { sleep 1; rm -rf "$directory"; }
