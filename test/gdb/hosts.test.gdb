vbreak note host node-0
vbreak nap host node-2
run
bt
print rank
print role
delete 2
until-date 1.005s
info messages
info hosts
info processes
info vthreads
vthread 1
bt
vthread 4
bt
print rank
print role
print *list
vthread 5
bt
print rank
print role
print *list
print &second
frame 6
info locals
info args
vprint steps
vthread 4
vprint steps
continue
print received
finish
print received
disable 1
next
next
next
set var rank = 55
set var received = 500
continue
