run
continue
bt
print depth
vthread
vthread 3
bt
continue
run
continue
print depth
kill
