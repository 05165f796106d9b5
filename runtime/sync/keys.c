/* Thread-specific data. Each time a key is created it gets a new generation, and values remember
 * the generation they were set in: deleting a key forgets the values of all threads at once. */
#include "sync/keys.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "process/libraries.h"
#include "process/process.h"
#include "sync/threads.h"

struct stp_key {
  uint64_t generation; /* odd: in use */
  void (*destructor)(void*);
};

struct stp_key_value {
  uint64_t generation;
  void* value;
};

/* The same for all processes. */
static struct stp_key shared_keys[PTHREAD_KEYS_MAX];

/* Where a thread keeps the value: low keys and high keys take turns, so that a few of both need a
 * short array. */
static unsigned place_of(unsigned key) {
  return key < PTHREAD_KEYS_MAX / 2 ? 2 * key : 2 * (PTHREAD_KEYS_MAX - 1 - key) + 1;
}

static unsigned key_at(unsigned place) {
  return place % 2 == 0 ? place / 2 : PTHREAD_KEYS_MAX - 1 - place / 2;
}

static struct stp_key* key_in_use(unsigned key) {
  if (key >= PTHREAD_KEYS_MAX)
    return NULL;
  if (shared_keys[key].generation & 1)
    return &shared_keys[key];
  struct stp_key* const keys = stp_me->sync->keys;
  return keys != NULL && (keys[key].generation & 1) ? &keys[key] : NULL;
}

int stp_key_create(unsigned* key, void (*destructor)(void*)) {
  const bool shared = !stp_region_holds(key) && !stp_libraries_hold(key);
  struct stp_sync* const sync = stp_me->sync;
  if (sync->keys == NULL) {
    sync->keys = stp_heap_alloc_zeroed(stp_me->heap, PTHREAD_KEYS_MAX * sizeof *sync->keys);
    if (sync->keys == NULL)
      return -EAGAIN;
  }
  for (unsigned i = 0; i < PTHREAD_KEYS_MAX; i++) {
    const unsigned candidate = shared ? PTHREAD_KEYS_MAX - 1 - i : i;
    if (key_in_use(candidate) != NULL)
      continue;
    struct stp_key* const new = shared ? &shared_keys[candidate] : &sync->keys[candidate];
    new->generation++;
    new->destructor = destructor;
    *key = candidate;
    return 0;
  }
  return -EAGAIN;
}

/* Only keys in use can be set. */
static bool is_real(unsigned key) {
  return pthread_setspecific(key, pthread_getspecific(key)) == 0;
}

static bool was_real[PTHREAD_KEYS_MAX];

void stp_keys_watch(void) {
  for (unsigned key = 0; key < PTHREAD_KEYS_MAX; key++)
    was_real[key] = is_real(key);
}

void stp_keys_adopt(void) {
  for (unsigned key = 0; key < PTHREAD_KEYS_MAX; key++)
    if (!was_real[key] && is_real(key))
      shared_keys[key].generation |= 1;
}

int stp_key_delete(unsigned key) {
  struct stp_key* const found = key_in_use(key);
  if (found == NULL)
    return -EINVAL;
  found->generation++;
  return 0;
}

static int make_room(struct stp_thread_record* self, unsigned place) {
  unsigned count = self->value_count == 0 ? 8 : self->value_count;
  while (count <= place)
    count *= 2;
  const size_t size = count * sizeof(struct stp_key_value);
  struct stp_key_value* const values = self->values == NULL
                                           ? stp_heap_alloc(stp_me->heap, size)
                                           : stp_heap_resize(stp_me->heap, self->values, size);
  if (values == NULL)
    return -ENOMEM;
  memset(values + self->value_count, 0, (count - self->value_count) * sizeof *values);
  self->values = values;
  self->value_count = count;
  return 0;
}

int stp_key_set(unsigned key, void* value) {
  const struct stp_key* const found = key_in_use(key);
  if (found == NULL)
    return -EINVAL;
  struct stp_thread_record* const self = stp_thread_record_self();
  const unsigned place = place_of(key);
  if (place >= self->value_count) {
    if (value == NULL)
      return 0;
    const int error = make_room(self, place);
    if (error != 0)
      return error;
  }
  self->values[place] = (struct stp_key_value){.generation = found->generation, .value = value};
  return 0;
}

void* stp_key_get(unsigned key) {
  const struct stp_thread_record* const self = stp_thread_record_self();
  const unsigned place = place_of(key);
  if (place >= self->value_count || self->values[place].value == NULL)
    return NULL;
  const struct stp_key* const found = key_in_use(key);
  return found != NULL && found->generation == self->values[place].generation
             ? self->values[place].value
             : NULL;
}

/* One round; whether a destructor was called. */
static bool destroy_round(struct stp_thread_record* self) {
  bool called = false;
  for (unsigned place = 0; place < self->value_count; place++) {
    const unsigned key = key_at(place);
    void* const value = stp_key_get(key);
    if (value == NULL)
      continue;
    self->values[place].value = NULL;
    void (*const destructor)(void*) = key_in_use(key)->destructor;
    if (destructor == NULL)
      continue;
    called = true;
    destructor(value);
  }
  return called;
}

void stp_keys_destroy_values(void) {
  struct stp_thread_record* const self = stp_thread_record_self();
  for (int round = 0; round < PTHREAD_DESTRUCTOR_ITERATIONS && destroy_round(self); round++)
    ;
  if (self->values != NULL)
    stp_heap_free(stp_me->heap, self->values);
  self->values = NULL;
  self->value_count = 0;
}
