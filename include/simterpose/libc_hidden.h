/* Symbols of libc that compiled programs refer to but no installed header declares. Included by
 * libc.h only. */
/* stdio.h, fortified */
int __printf_chk(int flag, const char* format, ...);
/* stdlib.h: the C++ ABI's registration of destructors */
int __cxa_atexit(void (*function)(void*), void* argument, void* dso_handle);
void __cxa_finalize(void* dso_handle);
int __cxa_thread_atexit_impl(void (*function)(void*), void* object, void* dso_handle);
/* poll.h, sys/select.h: fortified */
int __poll_chk(struct pollfd* fds, nfds_t count, int timeout, size_t size);
int __ppoll_chk(struct pollfd* fds, nfds_t count, const struct timespec* timeout,
                const sigset_t* signals, size_t size);
long __fdelt_chk(long fd);
