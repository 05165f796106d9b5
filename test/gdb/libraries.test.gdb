vbreak bank.cpp:deposit if amount == 3 && bank::hidden == 42
break late_step
run
print bank::sum
print bank::hidden
vprint bank::visits
vprint counter / 10 + 1
finish
continue
continue
print late_state
print late_shared
continue
print late_state
print late_shared
print counter
info vthreads
vthread 3
bt
print Thing::made
disable
break crash.c:main
continue
print argv[1]
print depth
