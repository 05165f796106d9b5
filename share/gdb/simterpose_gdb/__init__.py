"""The debugger's side of runtime/trace/debug.h."""
