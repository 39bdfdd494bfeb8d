#include <dynamo/model/table_description.hpp>

namespace dynamo {

std::string_view to_string(table_status status) noexcept {
  switch (status) {
    case table_status::creating:
      return "CREATING";
    case table_status::updating:
      return "UPDATING";
    case table_status::deleting:
      return "DELETING";
    case table_status::active:
      return "ACTIVE";
    case table_status::other:
      return "OTHER";
  }
  return "";
}

std::string_view to_string(key_type type) noexcept {
  switch (type) {
    case key_type::string:
      return "S";
    case key_type::number:
      return "N";
    case key_type::binary:
      return "B";
  }
  return "";
}

std::string_view to_string(stream_view view) noexcept {
  switch (view) {
    case stream_view::keys_only:
      return "KEYS_ONLY";
    case stream_view::new_image:
      return "NEW_IMAGE";
    case stream_view::old_image:
      return "OLD_IMAGE";
    case stream_view::new_and_old_images:
      return "NEW_AND_OLD_IMAGES";
  }
  return "";
}

std::string_view to_string(index_projection projection) noexcept {
  switch (projection) {
    case index_projection::all:
      return "ALL";
    case index_projection::keys_only:
      return "KEYS_ONLY";
    case index_projection::include:
      return "INCLUDE";
  }
  return "";
}

}  // namespace dynamo
