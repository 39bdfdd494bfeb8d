#include "engine/operation/operations.hpp"
#include "engine/operation/page_read.hpp"
#include "engine/refusal.hpp"

namespace dynamo::engine {

void scan(operation_context& with, const scan_call& call, body_buffer& answer) {
  page_read page(with, call);
  page.with().check_all_used(call.filter.has_value() || call.projection.has_value());
  with.store.read([&](const snapshot& in) {
    page.locate(in);
    key_range range = range_of_segment(call.segment, call.total_segments);
    if (call.start) {
      const std::string start = page.start_row();
      if (start < range.begin || (!range.end.empty() && start >= range.end)) {
        refuse_invalid(
            "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use "
            "ExclusiveStartKey with correct Segment. TotalSegments: " +
            std::to_string(call.total_segments) + " Segment: " + std::to_string(call.segment));
      }
      range = rest_of(std::move(range), start, true);
    }
    page.run(in, range, true, answer);
  });
}

}  // namespace dynamo::engine
