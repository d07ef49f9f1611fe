# Typed input (docs/uart-input.md).
set(echo exec "${firmware}/ending_echo.elf")
platform_exits("UART input wakes from WFI" 0 "^>abq$" ${echo} --uart-input "program:a\\x62q"
               --outdir "${out}/typed")
platform_exits("UART input in lockstep" 0 "^>xq$" ${echo} --uart-input program:xq
               --sync lockstep --outdir "${out}/typed-l")
platform_exits("UART script" 0 "^>aaq$" ${echo}
               --uart-script "program:${CMAKE_CURRENT_SOURCE_DIR}/programs/echo.uart"
               --outdir "${out}/script")
platform_exits("UART script at a standstill" 4 "of 'program' is not finished: expect \"b\" .step 2 of 2"
               ${echo} --uart-script "program:${CMAKE_CURRENT_SOURCE_DIR}/programs/unmet.uart"
               --outdir "${out}/unmet")
platform_exits("UART input without a VM" 2 "^cyclevisor: --uart-input hello: is written as" ${echo}
               --uart-input hello)
platform_exits("UART input of an unknown VM" 2 "there is no VM named 'x'" ${echo} --uart-input x:y)
platform_exits("UART input with a bad escape" 2
               "^cyclevisor: --uart-input program:a.q: 'a.q': at character 2 is none of"
               ${echo} --uart-input "program:a\\q")
platform_exits("UART script missing" 2 "uart_script is 'no.uart', but there is no such file" ${echo}
               --uart-script program:no.uart)
platform_exits("UART script and input" 2 "has both uart_input and uart_script" ${echo}
               --uart-script "program:${CMAKE_CURRENT_SOURCE_DIR}/programs/echo.uart"
               --uart-input program:a)

foreach(option --uart-input --uart-script)
  platform_exits("reference: no ${option}" 2 "${option}: has no meaning on --platform reference"
                 ${on_reference} "${firmware}/ending_reference_fail.elf" ${option} a:b)
endforeach()

foreach(case typed-input u-boot)
  add_test(NAME "scenario: ${case}"
           COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/check-typed-input" $<TARGET_FILE:cyclevisor> ${case})
  set_tests_properties("scenario: ${case}" PROPERTIES LABELS scenario)
endforeach()
