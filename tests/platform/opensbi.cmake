# S-mode behind Debian's OpenSBI, and the same on QEMU.
set(opensbi "/usr/lib/riscv64-linux-gnu/opensbi/generic")
set(without_sstc rv64imac_zicsr_zifencei_zicntr)
foreach(timer "sbi" "sstc")
  string(TOUPPER "-D${timer}" option)
  add_firmware(supervisor_${timer} SOURCES "${programs}/supervisor.S" OPTIONS ${option}
               LINKER_SCRIPT "${programs}/supervisor.ld")
endforeach()
set(by_sbi "${firmware}/supervisor_sbi.elf")
set(by_sstc "${firmware}/supervisor_sstc.elf")
foreach(kind jump.elf jump.bin dynamic.elf dynamic.bin)
  platform_exits("OpenSBI fw_${kind}" 0 "^supervisor: 20 ticks$"
                 exec "${by_sbi}" --firmware "${opensbi}/fw_${kind}" --isa ${without_sstc}
                 --outdir "${out}/opensbi-${kind}")
endforeach()
platform_exits("OpenSBI with Sstc, SBI timer" 0 "^supervisor: 20 ticks$"
               exec "${by_sbi}" --firmware "${opensbi}/fw_jump.elf" --outdir "${out}/opensbi-sstc-sbi")
platform_exits("OpenSBI with Sstc, stimecmp" 0 "^supervisor: 20 ticks$"
               exec "${by_sstc}" --firmware "${opensbi}/fw_jump.elf" --outdir "${out}/opensbi-sstc")
# Without STCE the write traps, and OpenSBI passes the illegal instruction on.
platform_exits("OpenSBI without Sstc, stimecmp" 1 "'program' ended with code 1"
               exec "${by_sstc}" --firmware "${opensbi}/fw_jump.elf" --isa ${without_sstc}
               --outdir "${out}/opensbi-no-sstc")
platform_exits("the guest where the firmware is" 2
               "ending_pass.elf: the guest lies at 0x80000000, where the firmware has"
               exec "${firmware}/ending_pass.elf" --firmware "${opensbi}/fw_jump.elf"
               --outdir "${out}/opensbi-overlap")
platform_exits("firmware missing" 2 "--firmware none.elf: .*there is no such file"
               exec "${by_sbi}" --firmware none.elf)
platform_exits("firmware under the hypervisor" 2 "goes with strategy 'native' only"
               run two-guests --set "platform.firmware=${opensbi}/fw_jump.elf")
add_test(NAME "platform: OpenSBI on QEMU"
         COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/expect-exit" 0 "^supervisor: 20 ticks"
                 timeout 60 qemu-system-riscv64 -M virt -nographic -bios "${opensbi}/fw_jump.elf"
                 -kernel "${by_sbi}")
set_tests_properties("platform: OpenSBI on QEMU" PROPERTIES LABELS platform)
platform_exits("reference: no --firmware" 2
               "--firmware: has no meaning on --platform reference" ${on_reference}
               "${firmware}/ending_reference_fail.elf" --firmware "${opensbi}/fw_jump.elf")
