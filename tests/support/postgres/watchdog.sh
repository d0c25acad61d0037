# Stops a test cluster and removes its folder once no test process uses it.
#
# Arguments: the folder, the gate, the server's pg_ctl, half seconds to wait for another user.
#
# Each test process holds a shared lock on `users` for its life. The kernel drops it however the process ends, so an
# exclusive lock can be had only when nobody is left. The gate keeps new users out while the cluster goes.
directory=$1 gate=$2 pg_ctl=$3 linger=$4

# One watchdog is enough; the lock tells the others, and test processes, that there is one.
exec 9>"$directory/watchdog"
flock -n 9 || exit 0

idle=0
while [ -d "$directory" ]; do
    sleep 0.5
    if flock -n "$directory/users" true; then
        idle=$((idle + 1))
    else
        idle=0
    fi
    if [ "$idle" -gt "$linger" ]; then
        flock "$gate" flock -n "$directory/users" sh -c '
            "$1" stop -s -m immediate -D "$2/data"
            rm -rf "$2" || { sleep 1; rm -rf "$2"; }
            true' sh "$pg_ctl" "$directory" && exit
    fi
done
