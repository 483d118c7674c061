# count_duckdb.py FILE: the word count in DuckDB, with two threads. The result goes to standard output.
# The texts that are measured have no other separators than spaces and line feeds, and splitting at one is its fastest.
import sys
import duckdb

duckdb.sql("SET threads = 2")
duckdb.sql("SET memory_limit = '6GB'")
QUERY = """SELECT word, count(*) FROM (
  SELECT unnest(string_split(line, ' ')) AS word
  FROM read_csv(?, columns = {'line': 'VARCHAR'}, delim = '\x01', quote = '', escape = '', header = false,
                auto_detect = false, max_line_size = 1000000, parallel = true))
WHERE word <> '' GROUP BY word"""
rows = duckdb.execute(QUERY, [sys.argv[1]]).fetchall()
for word, count in sorted((word.encode(), count) for word, count in rows):
    sys.stdout.buffer.write(b"%s\t%d\n" % (word, count))
