// native THREADS FILE: the kernel over a mapped file, pieces handed out in turn, one table a thread.
#include "../kernel.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE (8ull << 20)
#define MOST_THREADS 64

static uint8_t *text;
static size_t size;
static atomic_size_t next;

static void *work(void *given) {
  posiv_emitter *table = given;
  kernel_init(table);
  for (size_t at; (at = atomic_fetch_add(&next, PIECE)) < size;)
    kernel_count(table, text, at, at + PIECE < size ? at + PIECE : size, size);
  return NULL;
}

// The file, with a page of zeros behind it: loads past its end are safe.
static bool map_file(const char *path) {
  struct stat stat;
  int file = open(path, O_RDONLY);
  if (file < 0 || fstat(file, &stat)) return false;
  size = (size_t)stat.st_size;
  text = mmap(NULL, size + 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (text == MAP_FAILED) return false;
  if (size && mmap(text, size, PROT_READ, MAP_PRIVATE | MAP_FIXED, file, 0) == MAP_FAILED) return false;
  madvise(text, size, MADV_SEQUENTIAL);
  return true;
}

int main(int argc, char **argv) {
  int count = argc == 3 ? atoi(argv[1]) : 0;
  if (count < 1 || count > MOST_THREADS || !map_file(argv[2])) {
    fprintf(stderr, "usage: native THREADS FILE\n");
    return 2;
  }
  posiv_emitter tables[MOST_THREADS];
  pthread_t threads[MOST_THREADS];
  for (int i = 1; i < count; i++) pthread_create(&threads[i], NULL, work, &tables[i]);
  work(&tables[0]);
  for (int i = 1; i < count; i++) {
    pthread_join(threads[i], NULL);
    for (uint32_t j = 0; j <= tables[i].mask; j++) {
      const mr_entry *entry = &tables[i].entries[j];
      if (entry->size) kernel_add(&tables[0], tables[i].arena + entry->at, entry->size, entry->value);
    }
  }
  size_t length;
  const uint8_t *out = kernel_format(&tables[0], &length);
  return fwrite(out, 1, length, stdout) != length;
}
