# The pinned DuckDB: duckdb.h for src/warehouse, libduckdb.so beside the binary. Never linked: src/warehouse opens it at first use.
execute_process(COMMAND ${CMAKE_SOURCE_DIR}/deps/fetch-duckdb.sh ${CMAKE_SYSTEM_PROCESSOR}
  OUTPUT_VARIABLE POND_DUCKDB_DIR OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/deps/duckdb.pin)
file(STRINGS ${CMAKE_SOURCE_DIR}/deps/duckdb.pin pin REGEX "^DUCKDB_VERSION=")
string(REPLACE "DUCKDB_VERSION=" "" POND_DUCKDB_VERSION "${pin}")

add_library(pond_duckdb INTERFACE)
target_include_directories(pond_duckdb SYSTEM INTERFACE ${POND_DUCKDB_DIR}/include)
target_compile_definitions(pond_duckdb INTERFACE POND_DUCKDB_VERSION="v${POND_DUCKDB_VERSION}")
target_link_libraries(pond_duckdb INTERFACE ${CMAKE_DL_LIBS})

file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
file(CREATE_LINK ${POND_DUCKDB_DIR}/lib/libduckdb.so ${CMAKE_BINARY_DIR}/lib/libduckdb.so COPY_ON_ERROR)
