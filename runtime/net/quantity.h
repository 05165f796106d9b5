/* Quantities in platforms and options: a number and a unit without a space ("5ms", "1%"). */
#ifndef STP_QUANTITY_H
#define STP_QUANTITY_H

/* All return NAN for what is not one. */

/* In seconds: w d h m s ms us ns ps; without unit, seconds. May be negative. */
double stp_quantity_delay(const char* text);

/* In bytes per second: bps or Bps after nothing, k M G T P or Ki Mi Gi Ti Pi. */
double stp_quantity_bandwidth(const char* text);

/* From 0 to 1: as such, or from 0% to 100%. */
double stp_quantity_probability(const char* text);

/* In flops per second: f after nothing, k M G T P or Ki Mi Gi Ti Pi. */
double stp_quantity_speed(const char* text);

/* A whole number, or one of bytes: B after nothing, k M G or Ki Mi Gi, which sets *bytes. */
double stp_quantity_size(const char* text, int* bytes);

#endif
