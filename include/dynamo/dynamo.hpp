// The whole library in one header.
#pragma once

#include <dynamo/client/client.hpp>
#include <dynamo/process/mailbox.hpp>
#include <dynamo/process/process.hpp>
#include <dynamo/process/scan_messages.hpp>
#include <dynamo/process/scan_task.hpp>
#include <dynamo/process/visit.hpp>
#include <dynamo/stream/scan_stream.hpp>
#include <dynamo/table/table.hpp>
