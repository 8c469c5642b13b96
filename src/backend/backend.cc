#include "tundish/backend/backend.h"

namespace tundish {

Bytes Bytes::own(std::string contents) {
  auto owned = std::make_shared<const std::string>(std::move(contents));
  const std::string& text = *owned;
  Bytes bytes;
  bytes.data = {reinterpret_cast<const std::byte*>(text.data()), text.size()};
  bytes.owner = std::move(owned);
  return bytes;
}

void Registry::add(std::shared_ptr<Backend> backend) { backends_.push_back(std::move(backend)); }

Result<std::shared_ptr<Backend>> Registry::find(std::string_view name) const {
  std::string known;
  for (const auto& backend : backends_) {
    if (backend->name() == name) return backend;
    known += (known.empty() ? "" : ", ") + std::string(backend->name());
  }
  return unimplemented("this build has no backend called '" + std::string(name) +
                       "'; it has: " + (known.empty() ? "none" : known));
}

std::vector<std::string> Registry::names() const {
  std::vector<std::string> names;
  for (const auto& backend : backends_) names.emplace_back(backend->name());
  return names;
}

}  // namespace tundish
