#!/usr/bin/env bash
# Asks an address of this container whether it is well: healthy.sh 8080 /health/ready. In bash alone: the images have neither curl nor wget.
exec 3<> "/dev/tcp/127.0.0.1/$1" || exit 1
printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$2" >&3
read -r -t 5 _ status _ <&3
[ "$status" = 200 ]
