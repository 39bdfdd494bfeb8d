// Items from their DynamoDB JSON.
#pragma once

#include <dynamo/core/body_buffer.hpp>
#include <dynamo/value/item_parser.hpp>

#include <string_view>

namespace dynamo::test {

/// Reads items one after the other, each valid until the next.
class item_reader {
 public:
  const item& operator()(std::string_view json) {
    memory_.clear();
    text_ = body_buffer(json);
    detail::decode_context context(detail::json_cursor(text_.data()), memory_);
    if (!parser_.parse(context, value_)) throw exception(context.take_error(""));
    return value_;
  }

 private:
  body_buffer text_;
  detail::arena memory_;
  detail::item_parser parser_;
  item value_;
};

}  // namespace dynamo::test
