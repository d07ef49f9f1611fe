# All VMs write to the first one's UART.
# rule: console-isolation
# guests: prints prints
s/VmConsole\(PhysicalUart\(from\.console\)/VmConsole(PhysicalUart(config.vms[0].console)/
