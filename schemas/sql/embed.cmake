# Writes the numbered migrations of one folder as a C file: cmake -DFOLDER= -DNAME= -DAPPLICATION_ID= -DOUT= -P embed.cmake
# Numbers begin at 001 and have no hole: a database's user_version is the newest number it has been through.
file(GLOB files RELATIVE ${FOLDER} ${FOLDER}/*.sql)
list(SORT files)

set(texts "")
set(entries "")
set(count 0)
foreach(file IN LISTS files)
  math(EXPR count "${count} + 1")
  if(NOT file MATCHES "^([0-9][0-9][0-9])_[a-z0-9_]+\\.sql$")
    message(FATAL_ERROR "${FOLDER}/${file}: a migration is named NNN_name.sql")
  endif()
  math(EXPR number "1${CMAKE_MATCH_1} - 1000")
  if(NOT number EQUAL count)
    message(FATAL_ERROR "${FOLDER}/${file}: migration ${count} belongs here; numbers have no hole and no twin")
  endif()

  file(READ ${FOLDER}/${file} text)
  string(REPLACE "\\" "\\\\" text "${text}")
  string(REPLACE "\"" "\\\"" text "${text}")
  string(REPLACE "\n" "\\n\"\n\t\"" text "${text}")
  string(APPEND texts "static const char migration_${count}[] = /* ${file} */\n\t\"${text}\";\n\n")
  string(APPEND entries "migration_${count}, ")
endforeach()

set(list "NULL")
if(count GREATER 0)
  string(APPEND texts "static const char *const migrations[] = {${entries}};\n\n")
  set(list "migrations")
endif()

file(WRITE ${OUT}
"/* Made by schemas/sql/embed.cmake from the folder schemas/sql/${NAME}. */
#include \"schemas/wire/db.h\"

${texts}const struct db_schema db_schema_${NAME} = {
	.name = \"${NAME}\",
	.application_id = ${APPLICATION_ID},
	.count = ${count},
	.migrations = ${list},
};
")
