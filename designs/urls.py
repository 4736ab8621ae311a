from django.urls import path

from designs import similar, term_views, views
from designs.facets.views import Facets
from designs.search.views import Suggest

urlpatterns = [
    path("api/designs", views.Designs.as_view(), name="designs"),
    path("api/designs/featured", views.Featured.as_view(), name="featured-designs"),
    path("api/designs/facets", Facets.as_view(), name="facets"),
    path("api/designs/suggest", Suggest.as_view(), name="suggest"),
    path("api/designs/<id:pk>/similar", similar.Similar.as_view(), name="similar"),
    path("api/designs/<id:pk>", views.OneDesign.as_view(), name="design"),
    path("api/terms", term_views.Terms.as_view(), name="terms"),
    path("api/categories", term_views.Categories.as_view(), name="categories"),
]
