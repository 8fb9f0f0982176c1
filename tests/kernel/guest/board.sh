# Words for the board and for the world around it, for the agent and for /site/start.

# The chip's number differs from one kernel to the next, so that it is looked for.
find_board() {
  local chip
  read -r chip </sys/kernel/config/gpio-sim/board/bank0/chip_name
  read -r device </sys/kernel/config/gpio-sim/board/dev_name
  export CHIP=$chip SIM=/sys/devices/platform/$device/$chip
  read -r LINE_BASE <"$(dirname /sys/devices/platform/"$device"/gpio/gpiochip*/base)/base"
  export LINE_BASE
}

# offset NAME: of a line, by the board's plan
offset() { sed -n "s/^\([0-9]*\) $1 .*/\1/p" /lines; }

# What the world does to an input, and what a meter on a line reads.
high() { echo pull-up >"$SIM/sim_gpio$(offset "$1")/pull"; }
low() { echo pull-down >"$SIM/sim_gpio$(offset "$1")/pull"; }
level() { cat "$SIM/sim_gpio$(offset "$1")/value"; }

# within SECONDS COMMAND...: waits until it holds
within() {
  local now start seconds=$1
  read -r start _ </proc/uptime
  shift
  until "$@"; do
    read -r now _ </proc/uptime
    [ $((${now%.*} - ${start%.*})) -le "$seconds" ] || return 1
    sleep 0.1
  done
}
was_released() { edges door1-lock | grep -q ' 1$'; }
is_level() { [ "$(level "$1")" = "$2" ]; }

# Every change the kernel made to a line since the start or since the last forget_edges: "SECONDS LEVEL" a line.
edges() {
  local number=$((LINE_BASE + $(offset "$1")))
  sed -n "s/^.* \([0-9.]*\): gpio_value: $number set \([01]\)\$/\1 \2/p" /sys/kernel/tracing/trace
}
forget_edges() { : >/sys/kernel/tracing/trace; }
# pulse_ms NAME: how long the newest pulse to 1 was
pulse_ms() {
  edges "$1" | awk '$2 == 1 && !up { up = $1 } $2 == 0 && up { ms = ($1 - up) * 1000; up = 0 } END { printf "%.0f\n", ms }'
}
