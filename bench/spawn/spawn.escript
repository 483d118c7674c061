#!/usr/bin/env escript
%% spawn.escript ALL AT-ONCE: prints the microseconds from the spawn of a process that does nothing to the word of its
%% end, with AT-ONCE of them at a time, by Erlang's own compiler.
-mode(compile).

main(Words) ->
    [All, AtOnce] = [list_to_integer(Word) || Word <- Words],
    round(All, AtOnce),
    {Us, _} = timer:tc(fun() -> round(All, AtOnce) end),
    io:format("~w", [Us / All]).

round(All, AtOnce) ->
    spawned(AtOnce),
    followed(All - AtOnce),
    ended(AtOnce).

spawned(0) -> ok;
spawned(N) -> spawn_monitor(fun() -> ok end), spawned(N - 1).

followed(0) -> ok;
followed(N) -> ended(1), spawned(1), followed(N - 1).

ended(0) -> ok;
ended(N) -> receive {'DOWN', _, process, _, _} -> ended(N - 1) end.
