// The whole library in one header.
#pragma once

#include <dynamo/client/client.hpp>
#include <dynamo/stage/producer_from.hpp>
#include <dynamo/stage/scan_producer.hpp>
#include <dynamo/stage/supervisor.hpp>
#include <dynamo/stream/scan_stream.hpp>
#include <dynamo/table/table.hpp>
