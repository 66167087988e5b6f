# Warnings, sanitizers, hardening: one interface library, pond_flags, that everything links.
include(CheckCCompilerFlag)
add_library(pond_flags INTERFACE)

target_compile_options(pond_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
  -Wformat=2 -Wcast-qual -Wswitch-enum -Wnull-dereference -Wundef
  -fno-strict-aliasing -fno-common -fno-omit-frame-pointer -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
if(CMAKE_C_COMPILER_ID STREQUAL "Clang")
  # AUTO(), statement expressions and ##__VA_ARGS__ are the GNU attributes STYLE allows.
  target_compile_options(pond_flags INTERFACE -Wno-gnu -Wno-c2x-extensions -Wno-newline-eof)
else()
  # Texts with a limit are cut on purpose.
  target_compile_options(pond_flags INTERFACE -Wno-format-truncation)
endif()
if(POND_WERROR)
  target_compile_options(pond_flags INTERFACE -Werror)
endif()

# Empty values, so that a file's own `#define _GNU_SOURCE` says the same.
target_compile_definitions(pond_flags INTERFACE _GNU_SOURCE= POND_VERSION="${PROJECT_VERSION}")
target_include_directories(pond_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)

if(POND_SANITIZE)
  target_compile_options(pond_flags INTERFACE -fsanitize=${POND_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(pond_flags INTERFACE -fsanitize=${POND_SANITIZE})
  # The sanitizers look for the C++ runtime when they start; libduckdb brings it only at dlopen() and its exceptions would abort.
  target_link_options(pond_flags INTERFACE -Wl,--push-state,--no-as-needed -lstdc++ -Wl,--pop-state)
endif()

if(POND_HARDEN)
  target_compile_options(pond_flags INTERFACE -fstack-protector-strong -fstack-clash-protection -fno-plt)
  check_c_compiler_flag(-fcf-protection=full POND_HAS_CF_PROTECTION)
  if(POND_HAS_CF_PROTECTION)
    target_compile_options(pond_flags INTERFACE -fcf-protection=full)
  endif()
  target_compile_definitions(pond_flags INTERFACE _FORTIFY_SOURCE=2)
  target_link_options(pond_flags INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed)
endif()
