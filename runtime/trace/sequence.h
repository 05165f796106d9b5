/* What is found out late, put into the order of dates: things that happen at a date wait here until
 * nothing earlier can come any more. A hold says since when something may still come. */
#ifndef STP_SEQUENCE_H
#define STP_SEQUENCE_H

/* While it is on, nothing later than its date happens. The caller's memory. */
struct stp_sequence_hold {
  double date;
  struct stp_sequence_hold *prev, *next; /* by date */
};

void stp_sequence_hold(struct stp_sequence_hold* hold, double date);
void stp_sequence_release(struct stp_sequence_hold* hold);

/* Has act(what, date) called in its turn: in the order of dates, those of one date in that in which
 * they were added. It may add others, of its date or later. */
void stp_sequence_add(double date, void (*act)(void* what, double date), void* what);

/* Lets everything happen up to a date, or up to the first hold; until INFINITY, whatever is held.
 */
void stp_sequence_advance(double date);

#endif
