until-date 15ms
info messages
until-date 0.3s
info messages
info vthreads
vthread 1
bt
print total
vprocess 2
print total
python
try:
    gdb.execute("until-date 200ms")
except gdb.error as error:
    print(error)
end
continue
info vthreads
info messages
continue
until-date 10ms
info messages
kill
