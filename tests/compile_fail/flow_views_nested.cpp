// expect: events that view their page cannot leave the stage that decoded it
#include <dynamo/flow/flow.hpp>

#include <string_view>
#include <variant>
#include <vector>

auto use(dynamo::scan_stream<dynamo::item> items) {
  namespace flow = dynamo::flow;
  return flow::from(std::move(items)) | flow::map([](const dynamo::item& i) {
           return std::vector<std::variant<int, std::string_view>>{i["id"].as_string()};
         }) |
         flow::collect();
}
