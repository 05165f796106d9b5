/* Symbols of libc that compiled programs refer to but no installed header declares. Included by
 * libc.h only. */
/* stdio.h, fortified */
int __printf_chk(int flag, const char* format, ...);
int __fprintf_chk(FILE* stream, int flag, const char* format, ...);
int __vprintf_chk(int flag, const char* format, va_list arguments);
int __vfprintf_chk(FILE* stream, int flag, const char* format, va_list arguments);
int __asprintf_chk(char** text, int flag, const char* format, ...);
int __vasprintf_chk(char** text, int flag, const char* format, va_list arguments);
int __dprintf_chk(int fd, int flag, const char* format, ...);
int __vdprintf_chk(int fd, int flag, const char* format, va_list arguments);
char* __fgets_chk(char* line, size_t room, int size, FILE* stream);
size_t __fread_chk(void* block, size_t room, size_t size, size_t count, FILE* stream);
/* libstdc++: std::ios_base::sync_with_stdio */
bool _ZNSt8ios_base15sync_with_stdioEb(bool synchronised);
/* libstdc++: std::random_device, what operator() and entropy() call */
unsigned _ZNSt13random_device9_M_getvalEv(void* device);
double _ZNKSt13random_device13_M_getentropyEv(const void* device);
/* wchar.h, fortified */
wchar_t* __fgetws_chk(wchar_t* line, size_t room, int size, FILE* stream);
int __fwprintf_chk(FILE* stream, int flag, const wchar_t* format, ...);
int __wprintf_chk(int flag, const wchar_t* format, ...);
int __vfwprintf_chk(FILE* stream, int flag, const wchar_t* format, va_list arguments);
int __vwprintf_chk(int flag, const wchar_t* format, va_list arguments);
/* unistd.h, fcntl.h, stdlib.h: fortified */
ssize_t __read_chk(int fd, void* buffer, size_t size, size_t room);
ssize_t __pread_chk(int fd, void* buffer, size_t size, off_t offset, size_t room);
char* __getcwd_chk(char* buffer, size_t size, size_t room);
char* __realpath_chk(const char* path, char* resolved, size_t room);
ssize_t __readlink_chk(const char* path, char* buffer, size_t size, size_t room);
ssize_t __readlinkat_chk(int directory_fd, const char* path, char* buffer, size_t size,
                         size_t room);
int __open_2(const char* path, int flags);
int __openat_2(int directory_fd, const char* path, int flags);
/* stdlib.h: the C++ ABI's registration of destructors */
int __cxa_atexit(void (*function)(void*), void* argument, void* dso_handle);
void __cxa_finalize(void* dso_handle);
int __cxa_thread_atexit_impl(void (*function)(void*), void* object, void* dso_handle);
/* poll.h, sys/select.h: fortified */
int __poll_chk(struct pollfd* fds, nfds_t count, int timeout, size_t size);
int __ppoll_chk(struct pollfd* fds, nfds_t count, const struct timespec* timeout,
                const sigset_t* signals, size_t size);
long __fdelt_chk(long fd);
/* getopt.h, as POSIX programs are given it */
int __posix_getopt(int argc, char* const* argv, const char* letters);
/* assert.h, and what compiled code does about smashed stacks and buffers */
void __assert_fail(const char* assertion, const char* file, unsigned line, const char* function)
    __attribute__((noreturn));
void __assert_perror_fail(int error, const char* file, unsigned line, const char* function)
    __attribute__((noreturn));
void __assert(const char* assertion, const char* file, int line) __attribute__((noreturn));
void __stack_chk_fail(void) __attribute__((noreturn));
void __chk_fail(void) __attribute__((noreturn));
/* stdlib.h: at_quick_exit in C++ */
int __cxa_at_quick_exit(void (*function)(void*), void* dso_handle);
/* unistd.h and syslog.h, fortified */
int __gethostname_chk(char* name, size_t size, size_t room);
int __getdomainname_chk(char* name, size_t size, size_t room);
int __getgroups_chk(int size, gid_t* list, size_t room);
int __getlogin_r_chk(char* name, size_t size, size_t room);
void __syslog_chk(int priority, int flag, const char* format, ...);
void __vsyslog_chk(int priority, int flag, const char* format, va_list arguments);
/* system calls */
int capget(cap_user_header_t header, cap_user_data_t data);
int capset(cap_user_header_t header, const cap_user_data_t data);
int pivot_root(const char* root, const char* old);
/* pthread.h: what pthread_atfork and the macros pthread_cleanup_push and _pop expand to */
int __register_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void),
                      void* dso_handle);
void __pthread_register_cancel(__pthread_unwind_buf_t* buffer);
void __pthread_unregister_cancel(__pthread_unwind_buf_t* buffer);
void __pthread_unwind_next(__pthread_unwind_buf_t* buffer) __attribute__((noreturn));
/* sys/timeb.h, which declares it deprecated */
struct timeb;
int ftime(struct timeb* time);
/* string.h, older names */
char* __strdup(const char* string);
char* __strndup(const char* string, size_t most);
/* sys/socket.h, fortified */
ssize_t __recv_chk(int fd, void* buffer, size_t size, size_t room, int flags);
ssize_t __recvfrom_chk(int fd, void* __restrict buffer, size_t size, size_t room, int flags,
                       __SOCKADDR_ARG address, socklen_t* __restrict length);
/* netdb.h: of glibc's name service switch */
int __nss_configure_lookup(const char* database, const char* services);
/* system calls */
int arch_prctl(int code, unsigned long address);
int init_module(void* image, unsigned long size, const char* parameters);
int delete_module(const char* name, unsigned flags);
int modify_ldt(int function, void* pointer, unsigned long size);
