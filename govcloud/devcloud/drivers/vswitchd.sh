#!/bin/sh
# The switch of one fake host, and the host's own address on br-phy as soon as the switch has made that device.
# It runs as root, for it makes tap devices, but with the group that GROUP_FOLDER belongs to: its control sockets
# are open to its group, and so to the person whose devcloud it is.
#
#   vswitchd.sh ADDRESS GROUP_FOLDER ARGUMENTS-OF-OVS-VSWITCHD...
set -eu
address=$1
group=$(stat --format=%g "$2")
shift 2
# in a child of a child, for the switch that takes this shell's place would not bury it
(
    (
        until ip link set br-phy up 2> /dev/null; do sleep 0.1; done
        ip address replace "$address/24" dev br-phy
    ) &
)
umask 007
exec setpriv --regid="$group" --clear-groups ovs-vswitchd "$@"
