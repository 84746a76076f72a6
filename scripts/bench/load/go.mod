module monitor-hermes/bench/load

go 1.21
