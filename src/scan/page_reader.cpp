#include <dynamo/scan/page_reader.hpp>

namespace dynamo::detail {

item_walk::step item_walk::next() {
  if (page_ == nullptr) return step::end;
  if (page_->items_begin() == nullptr) return page_->wanted == 0 ? step::end : step::malformed;
  if (delivered_ == 0 && !cursor_.consume('[')) return step::malformed;
  if (delivered_ == page_->wanted && page_->wanted < page_->count()) {
    page_ = nullptr;
    return step::end;
  }
  if (delivered_ == page_->count()) {
    if (!cursor_.consume(']') || !page_->ends_items(cursor_.position())) return step::malformed;
    page_ = nullptr;
    return step::end;
  }
  if (delivered_ != 0 && !cursor_.consume(',')) return step::malformed;
  cursor_.skip_space();
  begin_ = cursor_.position();
  ++delivered_;
  return step::item;
}

error broken_page(const page& of, std::string_view table) {
  error failure;
  failure.kind = errc::invalid_response;
  failure.message = "the response is malformed: its items do not match its Count, or are not items";
  failure.table = table;
  failure.request_id = of.request_id;
  return failure;
}

}  // namespace dynamo::detail
