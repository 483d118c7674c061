#!/usr/bin/env escript
%% rpc.escript WARMUP SAMPLES BATCH REQUESTS IN-FLIGHT [NODE]: what guests/caller.c measures, between two processes of this node, or
%% with one on another that runs `serve`. Prints nanoseconds at the 50th and 99th percentile, then what was done each second:
%% round trips one by one, requests with so many in flight, and messages that nobody waits for until the last of them.
-mode(compile).

main(["serve"]) ->
    register(echo, self()),
    io:format("~s~n", [node()]),
    spawn(fun() -> eof = io:get_line(""), halt() end), % it ends when the bench does
    echo();
main(Words) ->
    [Warmup, Samples, Batch, Requests, InFlight] = [list_to_integer(Word) || Word <- lists:sublist(Words, 5)],
    Echo = case lists:nthtail(5, Words) of
        [] -> spawn(fun echo/0);
        [Node] -> {echo, list_to_atom(Node)}
    end,
    Payload = binary:copy(<<"x">>, 64),
    calls(Echo, Payload, Warmup),
    Begin = now_ns(),
    Ns = lists:sort([sample(Echo, Payload, Batch) || _ <- lists:seq(1, Samples)]),
    One = rate(Samples * Batch, Begin),
    Flight = now_ns(),
    begun(Echo, Payload, InFlight),
    followed(Echo, Payload, Requests - InFlight),
    ended(InFlight),
    Many = rate(Requests, Flight),
    Flow = now_ns(),
    told(Echo, Payload, Requests - 1),
    call(Echo, Payload), % it is answered after all that came before
    Stream = rate(Requests, Flow),
    io:format("~w ~w ~w ~w ~w ~s~n",
        [lists:nth(Samples div 2 + 1, Ns), lists:nth(Samples * 99 div 100 + 1, Ns), One, Many, Stream,
         erlang:system_info(otp_release)]).

echo() ->
    receive
        {call, From, Payload} -> From ! {answer, Payload}, echo();
        {note, _} -> echo()
    end.

call(Echo, Payload) ->
    Echo ! {call, self(), Payload},
    receive {answer, _} -> ok end.

calls(_, _, 0) -> ok;
calls(Echo, Payload, N) -> call(Echo, Payload), calls(Echo, Payload, N - 1).

sample(Echo, Payload, Batch) ->
    Begin = now_ns(),
    calls(Echo, Payload, Batch),
    (now_ns() - Begin) / Batch.

begun(_, _, 0) -> ok;
begun(Echo, Payload, N) -> Echo ! {call, self(), Payload}, begun(Echo, Payload, N - 1).

followed(_, _, N) when N =< 0 -> ok;
followed(Echo, Payload, N) -> ended(1), begun(Echo, Payload, 1), followed(Echo, Payload, N - 1).

ended(0) -> ok;
ended(N) -> receive {answer, _} -> ended(N - 1) end.

told(_, _, 0) -> ok;
told(Echo, Payload, N) -> Echo ! {note, Payload}, told(Echo, Payload, N - 1).

rate(Count, Begin) -> Count * 1.0e9 / (now_ns() - Begin).

now_ns() -> erlang:monotonic_time(nanosecond).
