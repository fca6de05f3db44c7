//! Categories.

/// What connectors are about: the published list.
pub(crate) const CATEGORIES: [&str; 12] = [
    "Development & IT",
    "ERP",
    "Supply Chain & Logistics",
    "Communication",
    "Accounting",
    "Hospitality",
    "Productivity",
    "HR",
    "CRM",
    "AI/LLMs",
    "eCommerce",
    "Business Operations",
];
