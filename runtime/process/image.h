/* The recipe for private images of a program's state, from what the dynamic linker has loaded, and
 * the images made from it. Needs nothing of the emulation: the native displaced mode uses it too.
 */
#ifndef STP_IMAGE_H
#define STP_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

struct stp_closure;
struct stp_module;
struct stp_object;
struct stp_program;

/* Fills in what a program's images need, from the closure of its executable: modules with spans,
 * fix-ups, thread-locals, initialisers in order; image and block sizes; main. */
void stp_image_describe(struct stp_program* program, const struct stp_closure* closure);

/* The span of an object: the whole pages of its mutable state, .bss included; null and 0 if it has
 * none. And where the part ends that comes from its file. */
char* stp_image_span(const struct stp_object* object, size_t* size, char** file_end);

/* The same for one module alone, fix-ups and layout apart. */
void stp_image_describe_module(struct stp_module* module, const struct stp_object* object,
                               bool executable);

/* Copies the state of all modules to `images` (page-aligned, zeroed, program->image_size bytes) and
 * displaces the pointers in it. */
void stp_image_place(const struct stp_program* program, char* images);

/* Makes the copies at `images` the current ones. */
void stp_image_switch(const struct stp_program* program, const char* images);

/* Initialises a thread's block of thread-locals for the process whose images are given. */
void stp_image_place_tls(const struct stp_program* program, const char* images, char* block);

/* For the native displaced mode: displaces the pointers in the calling thread's own thread-locals
 * and in the templates of threads to come, which the caller has made writable. */
void stp_image_displace_native_tls(const struct stp_program* program, const char* images);

#endif
