/* Tables: columns as wide as their widest cell. */
#include "table.h"

#include <string.h>
#include <utarray.h>

#include "process/process.h"

static UT_array* cells; /* char*, row by row; the titles first */
static size_t columns;

void cli_table_begin(const char* const* titles, size_t count) {
  columns = count;
  if (cells == NULL)
    utarray_new(cells, &ut_str_icd);
  utarray_clear(cells);
  cli_table_add(titles);
}

void cli_table_add(const char* const* row) {
  for (size_t i = 0; i < columns; i++)
    utarray_push_back(cells, &row[i]);
}

static const char* cell(size_t row, size_t column) {
  return *(char**)utarray_eltptr(cells, (unsigned)(row * columns + column));
}

void cli_table_show(FILE* stream, size_t most) {
  const size_t rows = utarray_len(cells) / columns;
  const size_t shown = rows - 1 > most ? most + 1 : rows;
  int* const widths = stp_alloc(columns * sizeof *widths);
  for (size_t i = 0; i < columns; i++)
    for (size_t row = 0; row < shown; row++) {
      const int width = (int)strlen(cell(row, i));
      widths[i] = width > widths[i] ? width : widths[i];
    }
  for (size_t row = 0; row < shown; row++)
    for (size_t i = 0; i < columns; i++)
      fprintf(stream, "  %-*s%s", i + 1 < columns ? widths[i] : 0, cell(row, i),
              i + 1 < columns ? "" : "\n");
  if (shown < rows)
    fprintf(stream, "  and %zu more\n", rows - shown);
  stp_free(widths);
}
