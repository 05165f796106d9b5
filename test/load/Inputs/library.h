/* A library with state of all kinds, and the program's way to it. */
extern int library_counter;
extern int* library_pointer;
int library_next(void);
int library_thread_next(void);
const char* library_host(void); /* allocated: to be freed by the caller */
