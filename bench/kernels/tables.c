/* Hashing and looking up: a hash table with chains, a digest, a checksum, a tree. */
#include <stdint.h>
#include <string.h>

#include "kernels.h"

struct entry {
  struct entry* next;
  unsigned key;
};

static struct entry* buckets[256];

NOINLINE static const struct entry* find(unsigned key) {
  const struct entry* entry = buckets[key % 256];
  while (entry != NULL && entry->key != key)
    entry = entry->next;
  return entry;
}

static void hash_table(void) {
  unsigned random = 9;
  for (int i = 0; i < 30000; i++)
    kernel_sink += find(kernel_random(&random) % 1200) != NULL;
}

static unsigned char data[1 << 16];

NOINLINE static unsigned adler(const unsigned char* bytes, size_t size) {
  unsigned a = 1, b = 0;
  while (size-- > 0) {
    a = (a + *bytes++) % 65521;
    b = (b + a) % 65521;
  }
  return b << 16 | a;
}

static void checksum(void) { kernel_sink += adler(data, sizeof data); }

/* SHA-256 (FIPS 180-4), of whole blocks, with constants that are not the real ones. */
static uint32_t constants[64];

static uint32_t rotate(uint32_t x, int bits) { return x >> bits | x << (32 - bits); }

NOINLINE static void digest_block(uint32_t* state, const unsigned char* block) {
  uint32_t w[64];
  for (int i = 0; i < 16; i++)
    w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
           (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
  for (int i = 16; i < 64; i++)
    w[i] = w[i - 16] + (rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3) + w[i - 7] +
           (rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10);
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
  for (int i = 0; i < 64; i++) {
    const uint32_t t1 = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) +
                        constants[i] + w[i];
    const uint32_t t2 =
        (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + t1;
    d = c, c = b, b = a, a = t1 + t2;
  }
  const uint32_t sums[8] = {a, b, c, d, e, f, g, h};
  for (int i = 0; i < 8; i++)
    state[i] += sums[i];
}

static void digest(void) {
  uint32_t state[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  for (size_t i = 0; i < sizeof data / 4; i += 64)
    digest_block(state, data + i);
  kernel_sink += state[0];
}

/* FNV-1a of short keys, and a table with open addressing. */
enum { SLOTS = 1 << 12 };
static uint64_t slots[SLOTS];

NOINLINE static uint64_t fnv(const char* key, size_t size) {
  uint64_t hash = 14695981039346656037UL;
  for (size_t i = 0; i < size; i++)
    hash = (hash ^ (unsigned char)key[i]) * 1099511628211UL;
  return hash | 1;
}

static void open_table(void) {
  char key[16] = "key-0000000";
  memset(slots, 0, sizeof slots);
  for (unsigned i = 0; i < 20000; i++) {
    key[4] = (char)('0' + i % 10), key[5] = (char)('0' + i / 10 % 10),
    key[6] = (char)('0' + i / 100 % 10);
    const uint64_t hash = fnv(key, 11);
    size_t at = hash % SLOTS;
    while (slots[at] != 0 && slots[at] != hash)
      at = (at + 1) % SLOTS;
    slots[at] = hash;
    kernel_sink += at;
  }
}

struct tree {
  struct tree *left, *right;
  unsigned key;
};
static struct tree pool[1 << 10], *root;

NOINLINE static unsigned depth_of(const struct tree* tree, unsigned key) {
  unsigned depth = 0;
  while (tree != NULL && tree->key != key) {
    tree = key < tree->key ? tree->left : tree->right;
    depth++;
  }
  return depth;
}

static void tree(void) {
  unsigned random = 3;
  for (int i = 0; i < 10000; i++)
    kernel_sink += depth_of(root, kernel_random(&random) % 4096);
}

static void prepare(void) {
  static struct entry entries[1024];
  for (unsigned i = 0; i < 1024; i++) {
    entries[i] = (struct entry){buckets[i % 256], i};
    buckets[i % 256] = &entries[i];
  }
  unsigned random = 5;
  for (size_t i = 0; i < sizeof data; i++)
    data[i] = (unsigned char)kernel_random(&random);
  for (int i = 0; i < 64; i++)
    constants[i] = kernel_random(&random);
  for (int i = 0; i < 1 << 10; i++) {
    struct tree** place = &root;
    pool[i].key = kernel_random(&random) % 4096;
    while (*place != NULL)
      place = pool[i].key < (*place)->key ? &(*place)->left : &(*place)->right;
    *place = &pool[i];
  }
}

static const struct kernel kernels[] = {
    {"hash_table", hash_table, NULL}, {"checksum", checksum, NULL}, {"digest", digest, NULL},
    {"open_table", open_table, NULL}, {"tree", tree, NULL},
};
KERNEL_GROUP(tables, prepare, kernels);
