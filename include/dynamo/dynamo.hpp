// The whole library in one header.
#pragma once

#include <dynamo/client/client.hpp>
#include <dynamo/flow/flow.hpp>
#include <dynamo/stream/scan_stream.hpp>
#include <dynamo/table/table.hpp>
