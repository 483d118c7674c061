/**
 * Runs a program with nothing as its stdin and stdout, and ends it when the other end of the shell's own stdin is closed. It holds none of
 * the pipes of the program, whose end is seen by these: then whoever started it lets go, which kills nobody any more. It moves its stdin
 * away before: what is started in the background would have none of the shell's (POSIX, 2.11).
 */
const SCRIPT = `
unset PWD OLDPWD SHLVL
exec 1<&0 0</dev/null
"$@" >/dev/null &
exec 2>/dev/null 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
read -r _ <&1
kill -9 $!
wait $!
`;

/**
 * What a shell is told before a program and its arguments, so that it ends with whoever started it, whatever became of that, and within walls
 * as well. prctl(PR_SET_PDEATHSIG), and --die-with-parent of bubblewrap, miss a death that comes before each process of a chain has
 * asked to be told: what was being started when its node was killed was left. The end of a pipe is there whenever somebody looks.
 * @param first lines that it carries out before: what they limit is limited for the program too
 */
export function tether(first = ''): readonly string[] {
  return ['-c', `${first}${SCRIPT}`, 'tether'];
}
