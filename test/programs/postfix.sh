# postfix: two mail hosts, of which one is down for a while; five hundred messages from its own smtp-source to smtp-sink.

# The parts that are built: what runs here.
postfix_parts="util global dns tls xsasl milter master postfix postconf postsuper postlog postqueue smtpd cleanup
  trivial-rewrite qmgr smtp bounce error anvil scache showq pickup flush verify proxymap smtpstone"

build_postfix() {
  fresh postfix postfix "$clang $plugin" || return 0
  # shellcheck disable=SC2086
  (cd postfix && make -s makefiles CC="$clang $plugin" CCARGS='-DNO_DB -DNO_NIS -DNO_EAI -DNO_PCRE' AUXLIBS= \
    OPT=-O1 DEBUG= shared=no pie=yes dynamicmaps=no &&
    make -s -j "$(nproc)" DIRS="$(printf 'src/%s ' $postfix_parts)") >postfix.log 2>&1 || failed postfix.log
  built postfix "$clang $plugin"
}

# The hosts' /etc: users, and postfix's configuration, in which every service that can is confined to its queue (chroot).
write_postfix() {
  rm -rf postfix-root
  cp -a root postfix-root
  mkdir -p postfix-root/etc/postfix postfix-root/usr/lib/postfix
  # Debian 13's post-install wants it; nothing is left to do.
  echo '#!/bin/sh' >postfix-root/usr/lib/postfix/configure-instance.sh
  chmod +x postfix-root/usr/lib/postfix/configure-instance.sh
  printf '%s\n' root:x:0:0:root:/root:/bin/sh postfix:x:101:101::/var/spool/postfix:/bin/false \
    nobody:x:65534:65534::/nonexistent:/bin/false >postfix-root/etc/passwd
  printf '%s\n' root:x:0: postfix:x:101: postdrop:x:102: nogroup:x:65534: >postfix-root/etc/group
  cp postfix/conf/postfix-files postfix-root/etc/postfix
  grep -vE '^ |^(tlsmgr|virtual|lmtp|local|discard|postlog|maildrop|uucp|ifmail|bsmtp|scalemail-backend|mailman) ' \
    postfix/conf/master.cf >postfix-root/etc/postfix/master.cf
  cat >postfix-root/etc/postfix/main.cf <<END
compatibility_level = 3.6
command_directory = $work/postfix/bin
daemon_directory = $work/postfix/libexec
data_directory = /var/lib/postfix
mail_owner = postfix
setgid_group = postdrop
default_database_type = texthash
mydestination =
local_recipient_maps =
alias_maps =
mynetworks = 10.0.0.0/8
inet_interfaces = all
inet_protocols = ipv4
smtp_host_lookup = native
disable_dns_lookups = yes
minimal_backoff_time = 20s
maximal_backoff_time = 20s
queue_run_delay = 10s
END
  cat >postfix-start.sh <<END
# postfix-start.sh NEXT: runs postfix, which relays all mail to NEXT.
if [ ! -e /var/spool/postfix ]; then
  mkdir -p /var/spool/postfix/etc /var/lib/postfix
  chown postfix /var/lib/postfix
  cp /etc/hosts /etc/resolv.conf /etc/nsswitch.conf /var/spool/postfix/etc # as Debian's service does
  echo "myhostname = \$(hostname).example" >>/etc/postfix/main.cf
  echo "relayhost = \$1" >>/etc/postfix/main.cf
fi
exec $work/postfix/bin/postfix start-fg
END
}

# node-0 sends to node-1, which relays to node-2, which relays to node-3. node-2 is down from 20 to 100.
mail_hosts() {
  local programs=$work/postfix/bin
  actor node-3 0-200 "$bin/sh" -c "mkdir /mails && chown postfix /mails && cd /mails &&
    exec $programs/smtp-sink -u postfix -D all 0.0.0.0:25 100"
  actor node-1 0-200 "$bin/sh" "$work/postfix-start.sh" '[node-2]'
  actor node-2 0-20 "$bin/sh" "$work/postfix-start.sh" '[node-3]'
  actor node-2 100-200 "$bin/sh" "$work/postfix-start.sh" '[node-3]'
  actor node-0 5 "$programs/smtp-source" -m 10 -N -f me@source.example -t early@sink.example node-1:25
  actor node-0 30 "$programs/smtp-source" -s 10 -m 500 -l 2000 -N -f me@source.example -t late@sink.example node-1:25
  actor node-1 90 "$bin/sh" -c "$programs/postqueue -p | tail -n 1 >before"
  actor node-1 190 "$programs/postqueue" -p
  actor node-2 190 "$programs/postqueue" -p
}

# mails: the numbers and names of those to whom messages have come; smtp-source counts from 1 before the name, that of
# Debian 13 from 0 after it.
mails() {
  sed -nE 's/^X-Rcpt-Args: <([0-9]+)([a-z]+)@sink.example>.*/\2 \1/p; s/^X-Rcpt-Args: <([a-z]+)([0-9]+)@sink.example>.*/\1 \2 1/p' \
    postfix-1/node-3/mails/all | awk '{ print $1, $2 + $3 }' | sort -k 1,1 -k 2,2n
}

step_postfix() {
  write_postfix
  emulate postfix mail_hosts -n 4 --latency 10ms --bandwidth 10Mbps --root postfix-root
  expect 'mails' "$(mails)" "$(seq -f 'early %.0f' 10; seq -f 'late %.0f' 500)"
  expect 'what waited' "$(cut -d ' ' -f 4- postfix-1/node-1/before)" 'in 500 Requests.'
  expect 'what waits' "$(cat postfix-1/*/postqueue.*.stdout | sort -u)" 'Mail queue is empty'
}
