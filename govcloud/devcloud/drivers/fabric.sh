#!/bin/sh
# The network between the fake hosts, made in this process's own mount and PID namespace; then the supervisor.
#
#   fabric.sh NETNS_FOLDER HOSTS... -- COMMAND...
#
# Each host gets a network namespace with an `eth0`; the other ends of the cables hang on one bridge in a
# namespace `fabric`. When the supervisor ends, the kernel ends everything in its PID namespace, the mounts
# go with the last process, and with the mounts the networks: nothing is left to clean up.
set -eu
folder=$1
shift

namespace() {  # a name for a new network namespace: a mount, seen by this mount namespace only
    : > "$folder/$1"
    unshare --net="$folder/$1" ip link set lo up
}

in_fabric() {
    nsenter --net="$folder/fabric" "$@"
}

mkdir -p "$folder"
namespace fabric
in_fabric ip link add switch type bridge
in_fabric ip link set switch up
while [ "$1" != "--" ]; do
    namespace "$1"
    in_fabric ip link add "to-$1" type veth peer name eth0 netns "$folder/$1"
    in_fabric ip link set "to-$1" master switch up
    nsenter --net="$folder/$1" ip link set eth0 up
    shift
done
shift
exec "$@"
