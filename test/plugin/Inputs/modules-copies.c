// Not called; not instrumented either: makes the linker copy the variable into the executable.
extern int with_counter;
int copies(void) { return with_counter; }
