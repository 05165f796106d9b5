/* What a process wants to be called around its forks: the functions registered with pthread_atfork,
 * in a list that lies in its own memory and so is its children's, too. */
#ifndef STP_ATFORK_H
#define STP_ATFORK_H

struct stp_atfork {
  void (*prepare)(void); /* before, last registered first; each may be null */
  void (*parent)(void);  /* after, in the parent, first registered first */
  void (*child)(void);   /* and in the child */
  void* dso_handle;      /* of the module they belong to; null: of none */
};

/* Registers with the calling process. */
void stp_atfork_add(const struct stp_atfork* functions);

/* Forgets what a module registered, before it is unloaded. */
void stp_atfork_forget(const void* dso_handle);

/* Calls them. On the user stack. What they register counts from the next fork on. */
void stp_atfork_prepare(void);
void stp_atfork_parent(void);
void stp_atfork_child(void);

#endif
