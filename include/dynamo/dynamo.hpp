// The whole library in one header.
#pragma once

#include <dynamo/auth/credentials_file.hpp>
#include <dynamo/client/client.hpp>
#include <dynamo/client/identity.hpp>
#include <dynamo/core/log.hpp>
#include <dynamo/core/memory_metrics.hpp>
#include <dynamo/core/printable.hpp>
#include <dynamo/engine/embedded_engine.hpp>
#include <dynamo/flow/flow.hpp>
#include <dynamo/process/mailbox.hpp>
#include <dynamo/process/process.hpp>
#include <dynamo/process/scan_messages.hpp>
#include <dynamo/process/scan_task.hpp>
#include <dynamo/process/visit.hpp>
#include <dynamo/scan/scan_estimate.hpp>
#include <dynamo/server/server.hpp>
#include <dynamo/sink/checkpoint_file.hpp>
#include <dynamo/sink/csv_writer.hpp>
#include <dynamo/sink/json_lines_writer.hpp>
#include <dynamo/sink/prometheus.hpp>
#include <dynamo/stage/producer_from.hpp>
#include <dynamo/stage/scan_producer.hpp>
#include <dynamo/stage/supervisor.hpp>
#include <dynamo/stream/scan_stream.hpp>
#include <dynamo/table/table.hpp>
