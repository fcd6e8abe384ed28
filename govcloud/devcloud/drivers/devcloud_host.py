"""A hypervisor that runs nothing, of realistic size, with real ports on a real switch."""
# mypy: ignore-errors
# ruff: noqa: ARG002 - the arguments are those of the methods it replaces
# (runs under the services' own Python, where Nova is; it is not installed where mypy runs)

from __future__ import annotations

import os
import subprocess

from nova.compute import power_state
from nova.objects import fields
from nova.virt import fake


class Host(fake.FakeDriverWithoutFakeNodes):
    """Nova's fake driver, with three differences.

    - Its size comes from the table of hosts (services/chassis.py), and it takes images of both architectures.
    - A port of a server is a device on the host's switch: OVN claims it, Neutron says ACTIVE, security groups
      become flows, and a test may send packets from it.
    - Servers outlive a restart: Nova's fake forgets them, and could then neither stop nor start them.
    """

    vcpus = int(os.environ["DEVCLOUD_VCPUS"])
    memory_mb = int(os.environ["DEVCLOUD_MEMORY"])
    local_gb = int(os.environ["DEVCLOUD_DISK"])

    def __init__(self, virtapi, read_only=False):
        super().__init__(virtapi, read_only)
        self.host_status_base["supported_instances"] = [
            (architecture, fields.HVType.FAKE, fields.VMMode.HVM)
            for architecture in (fields.Architecture.X86_64, fields.Architecture.AARCH64)
        ]

    def get_host_uptime(self):
        """The uptime of the machine all this runs on, for `openstack hypervisor show`."""
        return subprocess.run(["uptime"], check=True, capture_output=True, text=True).stdout

    def spawn(self, context, instance, *arguments, network_info=None, **options):
        """Register the server and plug its ports."""
        super().spawn(context, instance, *arguments, network_info=network_info, **options)
        self.plug_vifs(instance, network_info)

    def finish_migration(self, context, migration, instance, disk_info, network_info, *arguments, **options):
        """Register a server that came from another host, and plug its ports here."""
        super().finish_migration(context, migration, instance, disk_info, network_info, *arguments, **options)
        self.plug_vifs(instance, network_info)

    def destroy(self, context, instance, network_info, *arguments, **options):
        """Unplug the ports and forget the server."""
        self.unplug_vifs(instance, network_info)
        super().destroy(context, instance, network_info, *arguments, **options)

    def cleanup(self, context, instance, network_info, *arguments, **options):
        """Unplug the ports of a server that failed half way."""
        self.unplug_vifs(instance, network_info)
        super().cleanup(context, instance, network_info, *arguments, **options)

    def attach_interface(self, context, instance, image_meta, vif):
        """Plug one more port."""
        super().attach_interface(context, instance, image_meta, vif)
        self.plug_vifs(instance, [vif])

    def detach_interface(self, context, instance, vif):
        """Unplug one port."""
        self.unplug_vifs(instance, [vif])
        super().detach_interface(context, instance, vif)

    def plug_vifs(self, instance, network_info):
        """Make each port a device of the switch, all in one transaction."""
        command = []
        for vif in network_info or ():
            facts = {"iface-id": vif["id"], "attached-mac": vif["address"], "vm-uuid": instance.uuid}
            command += ["--", "--may-exist", "add-port", "br-int", _device(vif)]
            command += ["--", "set", "Interface", _device(vif), "type=internal", f'mac="{vif["address"]}"']
            command += [f'external_ids:{key}="{value}"' for key, value in (*facts.items(), ("iface-status", "active"))]
        _switch(command)

    def unplug_vifs(self, instance, network_info):
        """Take each port's device off the switch."""
        command = []
        for vif in network_info or ():
            command += ["--", "--if-exists", "del-port", "br-int", _device(vif)]
        _switch(command)

    def resume_state_on_host_boot(self, context, instance, network_info, share_info, block_device_info=None):
        """Take a server over again that ran before this process was started."""
        self._adopt(instance, power_state.RUNNING)
        self.plug_vifs(instance, network_info)

    def power_on(self, context, instance, *arguments, **options):
        """Start a server, also one that was stopped before this process was started."""
        self._adopt(instance, power_state.SHUTDOWN)
        super().power_on(context, instance, *arguments, **options)

    def power_off(self, instance, *arguments, **options):
        """Stop a server."""
        self._adopt(instance, power_state.RUNNING)
        super().power_off(instance, *arguments, **options)

    def _adopt(self, instance, state):
        if instance.uuid not in self.instances:
            self.instances[instance.uuid] = fake.FakeInstance(instance.name, state, instance.uuid)


def _device(vif):
    return vif.get("devname") or f"tap{vif['id'][:11]}"


def _switch(command):
    if command:
        # the switch need not answer at once: it reads its tables when it can
        subprocess.run(["ovs-vsctl", f"--db={os.environ['DEVCLOUD_SWITCH']}", "--no-wait", *command[1:]], check=True)
